/** A name after the French "de": `de Paris`, `d’Europe/Paris`. */
export function de(name: string): string {
  return /^[aeiouyàâéèêëîïôœûü]/i.test(name) ? `d’${name}` : `de ${name}`
}

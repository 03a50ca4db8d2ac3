/** Vite's account of what it built, as far as it is read here. */
export type Manifest = Readonly<
  Record<
    string,
    {
      readonly file: string
      readonly isEntry?: boolean
      readonly imports?: readonly string[]
      readonly dynamicImports?: readonly string[]
      readonly css?: readonly string[]
    }
  >
>

/** What a browser loads to show one page for the first time. */
export interface FirstView {
  readonly page: string
  readonly bytes: number
}

/** The shell alone, and with each page that is loaded on demand; the largest first. */
export function firstViews(manifest: Manifest, sizes: ReadonlyMap<string, number>): readonly FirstView[] {
  const entry = Object.keys(manifest).find((key) => manifest[key]?.isEntry === true)
  if (entry === undefined) throw new Error('Vite built no entry')
  const shell = new Set(['index.html', ...filesOf(manifest, entry)])
  const size = (files: ReadonlySet<string>) => [...files].reduce((sum, file) => sum + (sizes.get(file) ?? 0), 0)
  const pages = [...new Set(Object.values(manifest).flatMap(({ dynamicImports = [] }) => dynamicImports))]
  return [
    { page: 'the shell', bytes: size(shell) },
    ...pages.map((page) => ({
      page: page.replace(/^(?:\.\.\/)+/, ''),
      bytes: size(new Set([...shell, ...filesOf(manifest, page)])),
    })),
  ].toSorted((a, b) => b.bytes - a.bytes)
}

function filesOf(manifest: Manifest, key: string, seen = new Set<string>()): ReadonlySet<string> {
  const chunk = manifest[key]
  if (chunk === undefined || seen.has(key)) return new Set()
  seen.add(key)
  const imported = (chunk.imports ?? []).flatMap((name) => [...filesOf(manifest, name, seen)])
  return new Set([chunk.file, ...(chunk.css ?? []), ...imported])
}

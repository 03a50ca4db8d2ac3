import { frequentPasswords } from './frequent-passwords.ts'

/** What is tried first: the most common passwords, and words to which people add digits. Without signs, in lower case. */
export const commonPasswords: ReadonlySet<string> = new Set([
  ...frequentPasswords,
  ...`password passwordpassword motdepasse motdepassemotdepasse administrator administrateur adminadmin adminadminadmin admin
  changeme changemenow changemeplease letmein letmeinletmein letmeinplease welcome welcomewelcome bienvenue bienvenuebienvenue
  qwerty qwertyuiop qwertyqwerty qwertyqwertyqwerty azerty azertyuiop azertyazerty iloveyou iloveyouiloveyou jetaime jetaimejetaime
  trustno football baseball basketball superman batman sunshine princess princesse dragon monkey master shadow michael jennifer
  secret secretsecret secretpassword supersecret topsecret correcthorsebatterystaple passwort passwortpasswort contrasena
  defaultpassword temporarypassword testpassword password1password regie regieregie regieregieregie company companypassword
  entreprise soleil chocolat doudou loulou marseille internet computer ordinateur passw0rd p4ssword p4ssw0rd pa55word
  whatever freedom starwars pokemon mustang charlie cheese summer winter spring autumn ete hiver printemps automne
  123456789012 1234567890123 12345678901234 123456123456 123123123123 112233445566 111222333444 121212121212 987654321098
  1q2w3e4r5t6y 1qaz2wsx3edc qazwsxedcrfv zaq12wsxcde3 q1w2e3r4t5y6 abcdefghijkl abcd1234abcd aqwzsxedcrfv azertyuiopqs qwertyuiopas`.split(
    /\s+/,
  ),
])

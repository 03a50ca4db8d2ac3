import type { QuoteStatus } from '../quote/model.ts'

/** A sample quote's place in time, in days before today. */
export interface SamplePlan {
  readonly status: QuoteStatus
  /** When it was sent, or, for a draft, written. */
  readonly daysAgo: number
  readonly validityDays: number
  /** When it was answered or ended. */
  readonly closedDaysAgo?: number
  readonly reason?: string
}

/** Who sells in the sample: with real mail nothing is sent under an address of `.example`. */
export const SELLER = {
  name: 'Atelier Kermadec',
  email: 'devis@atelier-kermadec.example',
  language: 'fr',
} as const

/** Thirty quotes such that the next run of `quotes.notify` has something of each kind to do. */
export const PLANS: readonly SamplePlan[] = [
  ...[0, 1, 2, 4, 9].map((daysAgo): SamplePlan => ({ status: 'draft', daysAgo, validityDays: 30 })),
  // Last day today or in one to three days: about to expire.
  { status: 'viewed', daysAgo: 15, validityDays: 15 },
  { status: 'sent', daysAgo: 29, validityDays: 30 },
  { status: 'viewed', daysAgo: 28, validityDays: 30 },
  { status: 'sent', daysAgo: 12, validityDays: 15 },
  // Last day over: expired, though nobody has noticed yet.
  { status: 'sent', daysAgo: 31, validityDays: 30 },
  { status: 'viewed', daysAgo: 33, validityDays: 30 },
  { status: 'changes_requested', daysAgo: 19, validityDays: 15 },
  // More than seven working days without an answer.
  { status: 'sent', daysAgo: 12, validityDays: 30 },
  { status: 'viewed', daysAgo: 13, validityDays: 30 },
  { status: 'sent', daysAgo: 14, validityDays: 45 },
  { status: 'sent', daysAgo: 18, validityDays: 60 },
  { status: 'viewed', daysAgo: 20, validityDays: 30 },
  // Fresh ones.
  { status: 'sent', daysAgo: 1, validityDays: 30 },
  { status: 'sent', daysAgo: 2, validityDays: 30 },
  { status: 'viewed', daysAgo: 4, validityDays: 30 },
  { status: 'sent', daysAgo: 7, validityDays: 30 },
  { status: 'changes_requested', daysAgo: 7, validityDays: 30 },
  {
    status: 'accepted',
    daysAgo: 9,
    validityDays: 30,
    closedDaysAgo: 7,
    reason: 'Bon pour accord, démarrage dès que possible.',
  },
  { status: 'accepted', daysAgo: 16, validityDays: 30, closedDaysAgo: 7 },
  { status: 'accepted', daysAgo: 40, validityDays: 30, closedDaysAgo: 32 },
  { status: 'accepted', daysAgo: 62, validityDays: 30, closedDaysAgo: 50 },
  { status: 'accepted', daysAgo: 85, validityDays: 30, closedDaysAgo: 70 },
  {
    status: 'refused',
    daysAgo: 17,
    validityDays: 30,
    closedDaysAgo: 7,
    reason: 'Un concurrent a proposé un délai plus court.',
  },
  {
    status: 'refused',
    daysAgo: 50,
    validityDays: 30,
    closedDaysAgo: 41,
    reason: 'Projet reporté à l’année prochaine.',
  },
  { status: 'expired', daysAgo: 38, validityDays: 30, closedDaysAgo: 7 },
]

/** A sample client: a firm, its contact, its town. */
export interface SampleClient {
  readonly name: string
  readonly contactName: string
  readonly email: string
  readonly phone: string
  readonly address: string
  readonly postalCode: string
  readonly city: string
  readonly siren?: string
  readonly country?: string
  readonly language?: 'en'
}

/** Clients with quotes; their addresses end in `.example`, so that no mail can reach anybody. */
export const CLIENTS: readonly SampleClient[] = [
  client(
    'Boulangerie Lefèvre',
    'Camille Lefèvre',
    'camille@boulangerie-lefevre.example',
    '12 rue des Halles',
    '37000 Tours',
    '812345671',
  ),
  client(
    'Cabinet Moreau & Associés',
    'Étienne Moreau',
    'e.moreau@cabinet-moreau.example',
    '4 place Bellecour',
    '69002 Lyon',
    '823456782',
  ),
  client(
    'Hôtel de la Plage',
    'Nathalie Kervella',
    'direction@hotel-plage.example',
    '1 boulevard de l’Océan',
    '29900 Concarneau',
    '834567893',
  ),
  client(
    'Garage Benali',
    'Karim Benali',
    'contact@garage-benali.example',
    '58 avenue de Toulouse',
    '34070 Montpellier',
    '845678904',
  ),
  client(
    'SCI Les Tilleuls',
    'Monique Faure',
    'gestion@sci-tilleuls.example',
    '23 rue Gambetta',
    '21000 Dijon',
    '856789015',
  ),
  client(
    'École Saint-Exupéry',
    'Julien Petit',
    'intendance@ecole-saintex.example',
    '7 rue de l’Aéropostale',
    '31400 Toulouse',
    '867890126',
  ),
  client(
    'Pharmacie du Centre',
    'Sophie Nguyen',
    'sophie@pharmacie-centre.example',
    '31 Grande Rue',
    '67000 Strasbourg',
    '878901237',
  ),
  client(
    'Domaine de Valcourt',
    'Henri de Valcourt',
    'cave@domaine-valcourt.example',
    'Route des Coteaux',
    '33330 Saint-Émilion',
    '889012348',
  ),
  client('Mme Aïcha Traoré', 'Aïcha Traoré', 'aicha.traore@courriel.example', '15 allée des Peupliers', '44300 Nantes'),
  client('M. Luc Bernardin', 'Luc Bernardin', 'luc.bernardin@courriel.example', '9 chemin du Moulin', '74000 Annecy'),
  client(
    'Atelier Œuvre Ouverte',
    'Inès Roux',
    'ines@oeuvre-ouverte.example',
    '2 impasse des Artisans',
    '59000 Lille',
    '890123459',
  ),
  {
    ...client(
      'Northgate Cottages Ltd',
      'Emily Carter',
      'emily@northgate-cottages.example',
      '14 Market Street',
      'YO1 York',
    ),
    country: 'GB',
    language: 'en',
  },
]

/** Asked once, long ago, and was never heard of again: a prospect whose data may be kept no longer. */
export const FORGOTTEN = {
  ...client(
    'M. Gérard Lemoine',
    'Gérard Lemoine',
    'gerard.lemoine@courriel.example',
    '6 rue du Lavoir',
    '35400 Saint-Malo',
  ),
  daysAgo: 1_200,
}

function client(
  name: string,
  contactName: string,
  email: string,
  address: string,
  town: string,
  siren?: string,
): SampleClient {
  const [postalCode = '', ...city] = town.split(' ')
  const phone = `02 47 00 ${String(name.length).padStart(2, '0')} ${String(address.length).padStart(2, '0')}`
  return {
    name,
    contactName,
    email,
    phone,
    address,
    postalCode,
    city: city.join(' '),
    ...(siren === undefined ? {} : { siren }),
  }
}

/** A line of a sample quote: description, unit, quantity, unit price, VAT rate in percent, discount in percent. */
type SampleLine = readonly [string, string, string, string, string, string?]

/** A piece of work that a joiner and renovator offers. */
export interface SampleWork {
  readonly title: string
  readonly notes?: string
  readonly lines: readonly SampleLine[]
}

/** Ten pieces of work at usual French rates. */
export const WORKS: readonly SampleWork[] = [
  {
    title: 'Remplacement de quatre fenêtres',
    notes: 'TVA à taux réduit sous réserve de l’attestation signée par le client.',
    lines: [
      ['Fenêtre PVC double vitrage 120 × 125 cm, posée', 'u', '4', '612.50', '5.5'],
      ['Dépose et évacuation des anciennes menuiseries', 'forfait', '1', '280', '5.5'],
    ],
  },
  {
    title: 'Agencement d’une boutique',
    lines: [
      ['Comptoir en chêne massif sur mesure', 'u', '1', '3850', '20'],
      ['Étagères murales', 'm', '12.4', '94.9', '20', '5'],
      ['Pose, deux compagnons', 'h', '28', '46.5', '20'],
    ],
  },
  {
    title: 'Rénovation d’une salle de bains',
    lines: [
      ['Dépose et mise en décharge', 'forfait', '1', '640', '10'],
      ['Carrelage grès cérame 60 × 60', 'm²', '18.75', '58.4', '10'],
      ['Receveur et paroi de douche', 'u', '1', '1190', '10', '10'],
      ['Main-d’œuvre', 'h', '42', '44', '10'],
    ],
  },
  {
    title: 'Parquet contrecollé du premier étage',
    lines: [
      ['Parquet contrecollé chêne 14 mm', 'm²', '63.2', '47.35', '10'],
      ['Sous-couche acoustique', 'm²', '63.2', '6.8', '10'],
      ['Plinthes', 'm', '58', '7.2345', '10'],
    ],
  },
  {
    title: 'Contrat d’entretien annuel',
    lines: [
      ['Visites trimestrielles', 'u', '4', '185', '20'],
      ['Déplacement', 'km', '220', '0.597', '20'],
    ],
  },
  {
    title: 'Escalier quart tournant',
    lines: [
      ['Escalier en hêtre, 14 marches', 'u', '1', '4290', '10'],
      ['Garde-corps inox', 'm', '3.6', '215', '10'],
    ],
  },
  {
    title: 'Terrasse en bois',
    lines: [
      ['Lames en douglas classe 3', 'm²', '35', '52.9', '20'],
      ['Plots réglables', 'u', '140', '2.35', '20', '12.5'],
      ['Pose', 'm²', '35', '38', '20'],
    ],
  },
  {
    title: 'Isolation des combles',
    lines: [
      ['Ouate de cellulose soufflée, 30 cm', 'm²', '92', '19.8', '5.5'],
      ['Trappe d’accès isolée', 'u', '1', '164', '5.5'],
    ],
  },
  {
    title: 'Mise aux normes d’accessibilité',
    lines: [
      ['Rampe amovible', 'u', '1', '980', '20'],
      ['Porte automatique', 'u', '1', '5640', '20'],
      ['Étude et dossier administratif', 'h', '9.5', '72', '20'],
    ],
  },
  {
    title: 'Cuisine équipée',
    lines: [
      ['Meubles et façades', 'forfait', '1', '6120', '20'],
      ['Plan de travail en quartz', 'm', '4.35', '389', '20'],
      ['Pose et raccordements', 'h', '31', '48', '10'],
    ],
  },
]

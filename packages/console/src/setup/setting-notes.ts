/**
 * What the settings of the platform say of themselves, in French, by their variable; in English they say it themselves. A test compares
 * the list with the settings. Those of apps say it in French themselves.
 */
export const FRENCH_NOTES: Readonly<Record<string, string>> = {
  REGIE_PORT: 'Port du serveur HTTP ; 0 en prend un libre.',
  REGIE_HOST: 'Adresse où écoute le serveur HTTP. Hors de cette machine, il faut REGIE_PUBLIC_URL.',
  REGIE_PUBLIC_URL: 'Comment on atteint ce serveur. Absent : seulement depuis cette machine.',
  REGIE_TRUSTED_PROXIES:
    'Adresses des mandataires placés devant, séparées par des virgules : eux seuls sont crus sur l’adresse du client.',
  REGIE_SECRET:
    'Signe les sessions. Nécessaire avec REGIE_PUBLIC_URL ; sinon il est créé dans le dossier de données. En changer déconnecte tout le monde.',
  REGIE_METRICS_TOKEN:
    'Prometheus peut lire /metrics avec ce jeton. Absent : avec une clé d’API, ou depuis cette machine.',
  REGIE_UNVERSIONED_API:
    'true : les adresses des applications répondent aussi sans version, /api/<app>/… comme /api/v1/<app>/….',
  REGIE_OUTGOING_ALLOW_HOSTS:
    'Hôtes privés que Regie peut interroger malgré tout, comme un fournisseur d’identité du même réseau.',
  REGIE_BREACHED_PASSWORDS_URL:
    'À qui l’on demande si un mot de passe est connu d’une fuite, par les cinq premiers chiffres de son empreinte : l’API « range » de Pwned Passwords. Absent : à personne.',
  REGIE_SSO_PROVIDERS:
    'Fournisseurs d’identité pour l’authentification unique, en liste JSON ; voir docs/guides/single-sign-on.md.',
  REGIE_DATA_DIR:
    'Dossier de la base embarquée, des messages sortants, des journaux et des sauvegardes ; créé s’il manque.',
  DATABASE_URL: 'Serveur PostgreSQL. Absent : le fichier SQLite regie.db du dossier de données.',
  REGIE_SQLITE_DURABILITY:
    'full : rien de confirmé n’est perdu à une coupure de courant. fast : les derniers instants peuvent l’être.',
  REGIE_PERSON_KEY:
    'Ouvre les clés qui chiffrent les événements sur des personnes. Absent, et sans REGIE_PUBLIC_URL : une clé est créée une fois et gardée dans persons/key du dossier de données. À garder à part des sauvegardes.',
  REGIE_FORMER_PERSON_KEYS: 'Ce qu’était REGIE_PERSON_KEY auparavant, tant qu’il reste des personnes de cette époque.',
  REGIE_AUDIT_KEY:
    'Scelle le journal d’audit. Absent : une clé est créée une fois et gardée dans audit/key du dossier de données. Nécessaire avec plusieurs machines sur une base.',
  REGIE_FORMER_AUDIT_KEYS: 'Ce qu’était REGIE_AUDIT_KEY auparavant, tant qu’il reste des entrées de cette époque.',
  REGIE_ROLES: 'Ce que fait ce processus, séparé par des virgules.',
  REGIE_QUEUES:
    'Les files dont ce processus prend les exécutions, quand il en exécute ; un processus au moins doit servir chacune. Absent : toutes.',
  REGIE_APPS: 'Les applications allumées. Absent : toutes. Les tables et les données des autres restent.',
  REGIE_PROCESSES: 'Processus qui partagent le port ; au-delà de 1, un de plus fait le travail des autres rôles.',
  REGIE_RATE_LIMIT:
    'Requêtes permises à une personne, une clé ou une adresse, là où une route ne dit rien d’autre ; « off » pour autant qu’on veut.',
  REGIE_SIGN_IN_RATE_LIMIT:
    'Requêtes permises à une adresse pour entrer : connexion, clés d’accès, authentification unique et liens des e-mails ensemble ; « off » pour autant qu’on veut, derrière une passerelle qui les compte.',
  REGIE_RATE_STORE:
    'Où les requêtes sont comptées. Absent : redis si REGIE_REDIS_URL est donné, sinon la base quand plusieurs processus la partagent (PostgreSQL, ou REGIE_PROCESSES au-delà de 1), sinon la mémoire.',
  REGIE_REDIS_URL:
    'Serveur Redis pour le compte des requêtes et les messages en direct entre processus. Absent : aucun.',
  REGIE_CORS_ORIGINS:
    'Autres sites dont les pages peuvent appeler l’API, avec identifiants, séparés par des virgules. Absent : aucun.',
  REGIE_MAX_CONNECTIONS: 'Connexions qu’un processus garde ouvertes ; au-delà, elles sont fermées aussitôt.',
  REGIE_MAX_CONNECTIONS_PER_ADDRESS: 'De même, depuis une seule adresse.',
  REGIE_LOG_LEVEL: 'La ligne de journal la moins grave qui est écrite.',
  REGIE_MIN_FREE_DISK_MB: 'En dessous de cet espace libre (Mio), /ready répond 503.',
  REGIE_DISCORD_WEBHOOK: 'Les alertes y sont aussi envoyées. Absent : seulement le journal et la table des alertes.',
  SMTP_URL:
    'Serveur d’e-mail. Absent : les messages sont écrits en fichiers .eml sous outbox dans le dossier de données.',
  MAIL_FROM: 'Expéditeur de chaque message.',
  REGIE_ORG_NAME: 'Nom de l’organisation.',
  REGIE_ORG_TIME_ZONE: 'Fuseau horaire du travail de nuit et de la lecture des dates.',
  REGIE_ORG_LANGUAGE: 'Langue de ce qui est envoyé aux gens.',
  REGIE_KEEP_DAILY_BACKUPS: 'Sauvegardes quotidiennes conservées.',
  REGIE_KEEP_WEEKLY_BACKUPS: 'Sauvegardes hebdomadaires conservées.',
  REGIE_KEEP_MONTHLY_BACKUPS: 'Sauvegardes mensuelles conservées.',
  REGIE_KEEP_LOGS:
    'Les fichiers du journal, et les lignes gardées avec les exécutions, sont supprimés au-delà de cet âge.',
  REGIE_KEEP_ALERTS: 'Les alertes résolues, les silences terminés et les notifications plus anciens sont supprimés.',
  REGIE_KEEP_AUDIT:
    'Les entrées d’audit plus anciennes sont supprimées, les plus vieilles d’abord. Absent : tout est gardé.',
  REGIE_KEEP_CLOSED_ORGANISATIONS:
    'Une organisation supprimée est fermée, et peut être restaurée, pendant ce temps ; ensuite, ce qu’elle contient est effacé.',
  REGIE_KEEP_TEMPORARY_FILES: 'Les fichiers temporaires intouchés depuis ce temps sont supprimés.',
}

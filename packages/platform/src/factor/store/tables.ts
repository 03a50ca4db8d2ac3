interface TotpTable {
  readonly user_id: string
  /** Sealed. */
  readonly secret: string
  readonly created_at: number
  /** Null until a first code has shown that the app holds the secret. */
  readonly confirmed_at: number | null
  /** The step of the last code that counted: none up to it counts again. */
  readonly last_step: number
}

interface BackupCodeTable {
  readonly user_id: string
  readonly hash: string
  readonly used_at: number | null
}

interface TryTable {
  readonly user_id: string
  readonly kind: string
  readonly tries: number
  readonly since: number
}

interface FactorSessionTable {
  readonly session_id: string
  readonly user_id: string
  readonly method: 'totp' | 'backup-code' | 'passkey'
  readonly shown_at: number
}

interface PolicyTable {
  readonly org_id: string
  readonly required: number
  readonly changed_at: number
}

interface PasskeyTable {
  readonly id: string
  readonly user_id: string
  readonly credential_id: string
  /** COSE, base64url. */
  readonly public_key: string
  readonly counter: number
  /** JSON list. */
  readonly transports: string
  readonly name: string
  readonly created_at: number
  readonly used_at: number | null
}

interface PasskeyChallengeTable {
  /** One that has been answered, and must not be again. */
  readonly challenge: string
  readonly expires_at: number
}

/** The tables of second factors. */
export interface FactorTables {
  readonly platform_totp: TotpTable
  readonly platform_backup_code: BackupCodeTable
  readonly platform_factor_try: TryTable
  readonly platform_factor_session: FactorSessionTable
  readonly platform_factor_policy: PolicyTable
  readonly platform_passkey: PasskeyTable
  readonly platform_passkey_challenge: PasskeyChallengeTable
}

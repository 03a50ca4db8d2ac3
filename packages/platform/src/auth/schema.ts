/** The tables of identity, as queries see them. Instants are milliseconds UTC; lists are JSON. */
export interface IdentityTables {
  readonly platform_user: {
    readonly id: string
    readonly name: string
    readonly email: string
    /** 1: the person has shown that the address is theirs (see auth/proving.ts). */
    readonly email_verified: number
    readonly image: string | null
    readonly created_at: number
    readonly updated_at: number
    readonly disabled_at: number | null
    /** In which they are written to; null: that of the organisation. */
    readonly language: 'en' | 'fr' | null
  }
  readonly platform_session: {
    readonly id: string
    readonly user_id: string
    readonly token: string
    readonly expires_at: number
    readonly created_at: number
    readonly updated_at: number
    readonly ip_address: string | null
    readonly user_agent: string | null
    readonly org_id: string | null
    readonly impersonated_by: string | null
    /** When the password was given again in it. */
    readonly proven_at: number | null
  }
  readonly platform_account: {
    readonly id: string
    readonly account_id: string
    readonly provider_id: string
    readonly user_id: string
    readonly password: string | null
    readonly created_at: number
    readonly updated_at: number
  }
  readonly platform_verification: {
    readonly id: string
    readonly identifier: string
    readonly value: string
    readonly expires_at: number
    readonly created_at: number
    readonly updated_at: number
  }
  readonly platform_sign_in_attempt: {
    readonly id: string
    readonly failures: number
    readonly since: number
    readonly blocked_until: number
  }
  readonly platform_organisation: {
    readonly id: string
    readonly name: string
    readonly created_at: number
    /** Since when nobody comes in. */
    readonly closed_at: number | null
    /** From when on what it has may be removed. */
    readonly purge_at: number | null
    /** Since when that is done: it cannot be restored any more. */
    readonly purging_at: number | null
  }
  readonly platform_member: {
    readonly org_id: string
    readonly user_id: string
    readonly roles: string
    readonly created_at: number
  }
  readonly platform_role: {
    readonly org_id: string
    readonly name: string
    readonly permissions: string
    readonly updated_at: number
  }
  readonly platform_invitation: {
    readonly id: string
    readonly org_id: string
    readonly email: string | null
    readonly roles: string
    readonly token_hash: string
    readonly invited_by: string
    readonly created_at: number
    readonly expires_at: number
    readonly accepted_at: number | null
    readonly revoked_at: number | null
    /** 1: its link went by e-mail, and was shown to nobody. */
    readonly mailed: number
  }
  readonly platform_api_key: {
    readonly id: string
    readonly org_id: string
    readonly user_id: string | null
    readonly name: string
    readonly start: string
    readonly key_hash: string
    readonly permissions: string
    readonly created_at: number
    readonly expires_at: number | null
    readonly last_used_at: number | null
    readonly revoked_at: number | null
  }
  readonly platform_jwk: {
    readonly id: string
    readonly public_key: string
    readonly private_key: string
    readonly created_at: number
  }
}

interface ProviderTable {
  readonly id: string
  readonly org_id: string
  readonly settings: string
  /** Sealed. */
  readonly client_secret: string | null
  readonly created_at: number
  readonly updated_at: number
}

interface FlowTable {
  readonly state_hash: string
  readonly provider_id: string
  readonly browser_hash: string
  readonly nonce: string
  readonly verifier: string
  readonly return_to: string
  readonly expires_at: number
  readonly profile: string | null
}

interface AssertionTable {
  readonly provider_id: string
  readonly assertion_id: string
  readonly expires_at: number
}

/** The tables of single sign-on. */
export interface SsoTables {
  readonly platform_sso_provider: ProviderTable
  readonly platform_sso_flow: FlowTable
  readonly platform_sso_assertion: AssertionTable
}

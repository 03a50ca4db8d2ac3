import type { BetterAuthOptions } from 'better-auth'

type Names = Pick<BetterAuthOptions, 'user' | 'session' | 'account' | 'verification'>

const instants = { createdAt: 'created_at', updatedAt: 'updated_at' }

/** better-auth's tables and columns, by the names they have here. */
export const tableNames = {
  user: {
    modelName: 'platform_user',
    fields: { ...instants, emailVerified: 'email_verified' },
    // `input: false`: none can be set from outside, whatever a body says.
    additionalFields: { disabledAt: { type: 'number', required: false, input: false, fieldName: 'disabled_at' } },
  },
  session: {
    modelName: 'platform_session',
    fields: {
      ...instants,
      expiresAt: 'expires_at',
      ipAddress: 'ip_address',
      userAgent: 'user_agent',
      userId: 'user_id',
    },
    additionalFields: {
      orgId: { type: 'string', required: false, input: false, fieldName: 'org_id' },
      impersonatedBy: { type: 'string', required: false, input: false, fieldName: 'impersonated_by' },
    },
  },
  account: {
    modelName: 'platform_account',
    fields: {
      ...instants,
      accountId: 'account_id',
      providerId: 'provider_id',
      userId: 'user_id',
      accessToken: 'access_token',
      refreshToken: 'refresh_token',
      idToken: 'id_token',
      accessTokenExpiresAt: 'access_token_expires_at',
      refreshTokenExpiresAt: 'refresh_token_expires_at',
    },
  },
  verification: { modelName: 'platform_verification', fields: { ...instants, expiresAt: 'expires_at' } },
} as const satisfies Names

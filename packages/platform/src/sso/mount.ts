import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { Factors } from '../auth/factors.ts'
import type { DescribedAddress } from '../http/endpoint.ts'
import type { Gate } from '../rate/gate.ts'
import { ssoRefused } from './refusal.ts'
import { SSO_PATH } from './sso.ts'

// An answer of SAML with a few attributes has 10 KiB.
const MAX_BYTES = 400_000

/** Where SAML providers post their answers, for the reference. */
export const samlAnswerAddress = {
  method: 'POST',
  url: `${SSO_PATH}/:provider/answer`,
  summary: 'Where SAML providers post their answers, through browsers',
  access: 'public',
  rate: 'sign-in',
  status: 303,
  takes: 'application/x-www-form-urlencoded',
  input: z.object({
    provider: z.string(),
    SAMLResponse: z.string().meta({ description: 'The signed answer, in base64.' }),
    RelayState: z.string().meta({ description: 'What the sign-in began with.' }),
  }),
  output: z.object({}),
} as const satisfies DescribedAddress

/** Takes the answers that SAML providers post through browsers: forms, from a foreign page. */
export function mountSamlAnswers(server: FastifyInstance, { sso, originOf }: Factors, gate: Gate): void {
  const counted = samlAnswerAddress
  server.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) =>
      done(null, body),
    )
    scope.route({
      method: counted.method,
      url: counted.url,
      onRequest: (request, reply) => gate.count(counted, undefined, request, reply),
      bodyLimit: MAX_BYTES,
      config: { takesForeignPosts: true },
      async handler(request, reply) {
        const form = new URLSearchParams(typeof request.body === 'string' ? request.body : '')
        const [answer, state] = [form.get('SAMLResponse'), form.get('RelayState')]
        if (answer === null || state === null) throw ssoRefused('This is no answer of a SAML provider.')
        const { provider } = request.params as { readonly provider: string }
        const next = await sso.receiveSaml(provider, originOf({ host: request.headers.host }), { answer, state })
        // Cookies do not come along with a post from elsewhere; they do when the browser comes by itself.
        return reply.redirect(next, 303)
      },
    })
  })
}

import { ApiError } from '../api.ts'
import { useWords } from '../i18n/language.tsx'
import { accountWords } from './words.ts'

/** Does something, and says refusals of the account in the language that is spoken; the server speaks English only. */
export function useTold(): <Answer>(work: Promise<Answer>) => Promise<Answer> {
  const { refusals } = useWords(accountWords)
  return async (work) => {
    try {
      return await work
    } catch (error) {
      if (!(error instanceof ApiError) || !(error.code in refusals)) throw error
      const message = refusals[error.code as keyof typeof refusals]
      throw new ApiError({ status: error.status, code: error.code, message })
    }
  }
}

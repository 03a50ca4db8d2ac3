import { common } from '../i18n/common.ts'
import { useWords } from '../i18n/language.tsx'
import { deviceOf } from './device.ts'

/** A browser as people call it; all that it says of itself stands behind the pointer. */
export function DeviceName({ userAgent }: { readonly userAgent: string | undefined }) {
  const words = useWords(common)
  const { browser, system } = deviceOf(userAgent ?? '')
  const known = browser !== undefined && system !== undefined ? words.browserOn(browser, system) : (browser ?? system)
  return (
    <span title={userAgent} translate="no">
      {known ?? words.unknownDevice}
    </span>
  )
}

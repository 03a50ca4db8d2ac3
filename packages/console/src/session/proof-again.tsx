import { type ComponentType, useEffect, useState } from 'react'
import { setAsker } from '../api.ts'

interface Asked {
  /** Comes with the first question: few are ever asked. */
  readonly Dialog: ComponentType<{ readonly onSettled: (isProven: boolean) => void }>
  readonly settle: (isProven: boolean) => void
}

/** Where a person shows that it is still them, over whatever they were doing. */
export function ProofAgain() {
  const [asked, setAsked] = useState<Asked>()
  useEffect(() => {
    setAsker(async () => {
      const { StillYou } = await import('../account/still-you.tsx')
      const isProven = await new Promise<boolean>((settle) => setAsked({ Dialog: StillYou, settle }))
      setAsked(undefined)
      return isProven
    })
  }, [])
  return asked === undefined ? null : <asked.Dialog onSettled={asked.settle} />
}

import { complain, toast } from './toasts.tsx'

/** How a change went: said to the person who made it. */
export function told(text: string) {
  return { onSuccess: () => toast({ tone: 'good', text }), onError: complain }
}

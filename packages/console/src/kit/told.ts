import { toast } from './toasts.tsx'

/** How a change went: said to the person who made it. */
export function told(text: string) {
  return {
    onSuccess: () => toast({ tone: 'good', text }),
    onError: (error: Error) => toast({ tone: 'bad', text: error.message }),
  }
}

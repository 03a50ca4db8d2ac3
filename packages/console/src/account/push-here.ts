import { deletePushSubscription, getPushKey, postPushSubscriptions } from '../api.gen.ts'
import { api } from '../api.ts'

/** Whether this browser can be sent messages from here. */
export function hasPush(): boolean {
  return 'serviceWorker' in navigator && 'PushManager' in globalThis && 'Notification' in globalThis
}

/** What this browser has subscribed to; null for nothing, also while no service worker is there. */
export async function pushHere(): Promise<PushSubscription | null> {
  const registration = await navigator.serviceWorker.getRegistration()
  return (await registration?.pushManager.getSubscription()) ?? null
}

/** The name of the `DOMException` when nothing could show messages while the console is closed. */
export const NO_WORKER = 'InvalidStateError'
const WORKER_MS = 10_000

/** Asks the person, subscribes, and tells the server. Throws a `DOMException` when the browser does not want to. */
export async function startPushHere(): Promise<void> {
  const registration = await workerHere()
  const { publicKey } = await getPushKey(api)
  if ((await Notification.requestPermission()) !== 'granted') throw new DOMException('refused', 'NotAllowedError')
  const subscription = await registration.pushManager.subscribe({
    userVisibleOnly: true,
    applicationServerKey: publicKey,
  })
  await tell(subscription)
}

/** The service worker. Where none was installed, or it never gets ready, `ready` alone would wait for ever. */
async function workerHere(): Promise<ServiceWorkerRegistration> {
  const none = new DOMException('there is no service worker', NO_WORKER)
  if ((await navigator.serviceWorker.getRegistration()) === undefined) throw none
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(none), WORKER_MS)
  })
  return Promise.race([navigator.serviceWorker.ready, late]).finally(() => clearTimeout(timer))
}

/** Ends it in the browser and on the server. */
export async function stopPushHere(): Promise<void> {
  const subscription = await pushHere()
  if (subscription === null) return
  // Saying it once more answers the id under which the server knows it.
  const { id } = await tell(subscription)
  await deletePushSubscription(api, { id })
  await subscription.unsubscribe()
}

function tell(subscription: PushSubscription): Promise<{ readonly id: string }> {
  const { endpoint = '', expirationTime, keys } = subscription.toJSON()
  return postPushSubscriptions(api, {
    endpoint,
    expirationTime: expirationTime ?? null,
    keys: { p256dh: keys?.p256dh ?? '', auth: keys?.auth ?? '' },
  })
}

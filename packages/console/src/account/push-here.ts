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

/** Asks the person, subscribes, and tells the server. Throws a `DOMException` when the browser does not want to. */
export async function startPushHere(): Promise<void> {
  const { publicKey } = await getPushKey(api)
  if ((await Notification.requestPermission()) !== 'granted') throw new DOMException('refused', 'NotAllowedError')
  const registration = await navigator.serviceWorker.ready
  const subscription = await registration.pushManager.subscribe({
    userVisibleOnly: true,
    applicationServerKey: publicKey,
  })
  await tell(subscription)
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

import { Modal, type ModalProps } from '@mantine/core'
import { useInFront } from '../theme/in-front.ts'

/** A dialog over the page, and over those that are open already. */
export function Dialog({ closeOnEscape = true, ...props }: ModalProps) {
  return <Modal {...useInFront(props.opened, closeOnEscape)} {...props} />
}

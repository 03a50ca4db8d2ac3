import { STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { problem } from './problem.ts'

/** Answers what is no HTTP request, or came too slowly, before any route is known; then closes the connection. */
export function answerBrokenRequest(error: Error & { readonly code?: string }, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) {
    socket.destroy()
    return
  }
  const answer = problem(brokenParts(error.code))
  const body = JSON.stringify(answer)
  const head = [
    `HTTP/1.1 ${answer.status} ${STATUS_CODES[answer.status]}`,
    'Content-Type: application/problem+json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ]
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`)
}

function brokenParts(code: string | undefined) {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return { status: 408, code: 'REQUEST_INVALID', message: 'The request did not arrive in time.' }
  }
  if (code === 'HPE_HEADER_OVERFLOW') {
    return { status: 431, code: 'REQUEST_INVALID', message: 'The headers are larger than 16 KiB.' }
  }
  return { status: 400, code: 'REQUEST_INVALID', message: 'This is no well-formed HTTP request.' }
}

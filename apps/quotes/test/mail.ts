/** A message as it lies in the outbox. */
export interface Mail {
  readonly file: string
  readonly to: string
  /** Empty: whoever sent it. */
  readonly replyTo: string
  readonly subject: string
  readonly text: string
  readonly html: string
}

/** Reads what the outbox writes: headers, and a plain and an HTML part. */
export function parseMail(file: string, content: string): Mail {
  const [head = ''] = content.split('\r\n\r\n', 1)
  const headers = new Map(
    head
      .replace(/\r\n[ \t]+/g, ' ')
      .split('\r\n')
      .map(
        (line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()] as const,
      ),
  )
  return {
    file,
    to: headers.get('to') ?? '',
    replyTo: headers.get('reply-to') ?? '',
    subject: decodeWords(headers.get('subject') ?? ''),
    text: part(content, 'text/plain'),
    html: part(content, 'text/html'),
  }
}

function part(content: string, type: string): string {
  const start = content.indexOf(`Content-Type: ${type}`)
  if (start < 0) return ''
  const from = content.indexOf('\r\n\r\n', start)
  const boundary = /boundary="?([^"\r\n;]+)"?/.exec(content)?.[1]
  const to = boundary === undefined ? content.length : content.indexOf(`--${boundary}`, from)
  const encoding = /Content-Transfer-Encoding: (\S+)/i.exec(content.slice(start, from))?.[1]?.toLowerCase()
  const body = content.slice(from + 4, to).replace(/\r\n$/, '')
  if (encoding === 'base64') return normal(Buffer.from(body, 'base64'))
  return encoding === 'quoted-printable'
    ? normal(quotedPrintable(body.replace(/=\r\n/g, '')))
    : normal(Buffer.from(body))
}

function decodeWords(text: string): string {
  return text
    .replace(/\?=\s+=\?/g, '?==?')
    .replace(/=\?utf-8\?([bq])\?([^?]*)\?=/gi, (_, kind: string, word: string) =>
      kind.toLowerCase() === 'b'
        ? Buffer.from(word, 'base64').toString()
        : quotedPrintable(word.replaceAll('_', ' ')).toString(),
    )
}

function quotedPrintable(text: string): Buffer {
  return Buffer.from(
    text.replace(/=([0-9A-F]{2})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16))),
    'latin1',
  )
}

function normal(bytes: Buffer): string {
  return bytes.toString().replaceAll('\r\n', '\n')
}

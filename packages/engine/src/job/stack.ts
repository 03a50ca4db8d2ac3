const FRAME = /^\s+at /
const FOREIGN = /^\s+at .*(?:node:|[\\/]node_modules[\\/])/

/** A stack without the frames of Node and of packages, among which those of the code at fault are hard to see; whole when it has no others. */
export function plainStack(stack: string): string {
  const own = stack.split('\n').filter((line) => !FOREIGN.test(line))
  return own.some((line) => FRAME.test(line)) ? own.join('\n') : stack
}

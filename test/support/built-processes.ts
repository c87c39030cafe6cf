// Makes sources that a test calls start built programs, which need no loader: for tests of code that starts processes.
import { fileURLToPath } from 'node:url'
import { builtPackage } from './built-package.js'

const redirect = fileURLToPath(new URL('built-processes.cjs', import.meta.url))

await builtPackage()

/** Takes effect from now on, until the test file ends. */
export function startBuiltProcesses(): void {
  const options = process.env['NODE_OPTIONS'] ?? ''
  if (options.includes(redirect)) return
  process.env['NODE_OPTIONS'] = `${options} --require="${redirect.replaceAll('\\', '\\\\')}"`.trim()
}

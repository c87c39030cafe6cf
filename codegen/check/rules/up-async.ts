// An async `up` or `down` on a synchronous driver.
import type { Rule } from '../subject/rule.js'

/** Silent on an asynchronous driver. */
export const upAsync: Rule = {
  code: 'UP_ASYNC',
  severity: 'error',
  spoilsReplay: true,
  *check({ reading, settings }) {
    if (settings.mode === 'async') return
    for (const { file, up, down } of reading.migrations) {
      for (const [name, side] of [
        ['up', up],
        ['down', down],
      ] as const) {
        if (side?.kind !== 'code' || !side.async) continue
        yield {
          at: side.position,
          message: `The \`${name}\` in ${file.file} is async, but the ${settings.driver} driver is synchronous; it would be refused.`,
          fix: 'Remove `async` and `await`: the handle returns at once. Work that must wait belongs before or after the migration.',
        }
      }
    }
  },
}

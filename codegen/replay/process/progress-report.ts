// Says where a replay stands: at which side, and at which of its statements where that is told.
import type { Database } from '../../../src/database/better-sqlite3/handle.js'
import type { Registry } from '../../../src/model/registry.js'
import { sideOf } from '../../../src/plan/scripts.js'
import type { HistoryRun } from '../sides/history-run.js'
import type { Standing } from './replay-problems.js'

/** Passes on what is reported of a history; a statement counts to the side that was reported last. */
export function progressReport(
  registry: Registry<Database>,
  note: (standing: Standing) => void,
): Required<Pick<HistoryRun, 'report' | 'reportStatement'>> {
  let side: Standing | null = null
  return {
    report(version, direction) {
      side = { version, direction }
      note(side)
    },
    reportStatement(text, offset, end) {
      const entry = registry.find(({ version }) => version === side?.version)
      const ran = side && entry && sideOf(entry, side.direction)
      if (!side || !ran || !('scripts' in ran)) return
      // A script that is to fail in the middle is cut off there.
      const begun = text.slice(0, end)
      const script = ran.scripts.findIndex((one) => one.startsWith(begun))
      note(script < 0 ? side : { ...side, statement: { script, offset } })
    },
  }
}

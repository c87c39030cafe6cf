// What `dev` does about each state of a database.
import { expect } from 'vitest'
import { nextMove } from '../../src/cli/dev/next-move.js'
import type { Problem, Status } from '../../src/model/report.js'
import { testSome } from '../support/some-of.js'

const problem = (code: string, facts: Problem['facts'], severity = 'error'): Problem =>
  ({ code, severity, message: '', fix: '', facts }) as Problem
const edited = (version: number): Problem => problem('HISTORY_EDITED', { version })
const another = (version: number): Problem => problem('HISTORY_ANOTHER', { version })
const ahead = (...versions: number[]): Problem => problem('DATABASE_AHEAD', { versions })

/** `applied` versions of a registry with `latest`, of which 2 have been released. */
const moveOf = (applied: number, latest: number, ...problems: readonly Problem[]) => {
  const pending = Array.from({ length: Math.max(0, latest - applied) }, (_, at) => ({
    version: applied + at + 1,
  }))
  return nextMove({ version: applied, latest, pending, problems } as unknown as Status, 2)
}

testSome([
  ['nothing is new', moveOf(5, 5), { is: 'nothing' }],
  ['something is pending', moveOf(3, 5), { is: 'apply' }],
  [
    'a warning stands in no way',
    moveOf(3, 5, problem('HISTORY_RENAMED', {}, 'warning')),
    { is: 'apply' },
  ],
  ['the newest was edited', moveOf(5, 5, edited(5)), { is: 'redo', steps: 1 }],
  ['an older one was edited', moveOf(5, 7, edited(5), edited(3)), { is: 'redo', steps: 3 }],
  [
    'an edit is only a warning',
    moveOf(5, 5, { ...edited(4), severity: 'warning' }),
    { is: 'redo', steps: 2 },
  ],
  ['a shipped one was edited', moveOf(5, 5, edited(5), edited(2)), { is: 'stand' }],
  ['another branch has more', moveOf(5, 3, another(3), ahead(4, 5)), { is: 'redo', steps: 3 }],
  ['nothing stands in its place', moveOf(5, 3, ahead(4, 5)), { is: 'undo', to: 3 }],
  [
    'a step did not end',
    moveOf(3, 4, problem('HISTORY_INTERRUPTED', { version: 4 })),
    { is: 'stand' },
  ],
  [
    'more than an edit is wrong',
    moveOf(5, 5, edited(5), problem('HISTORY_GAP', { from: 3 })),
    { is: 'stand' },
  ],
  ['it is nobody knows whose', moveOf(0, 5, problem('DATABASE_UNMANAGED', {})), { is: 'stand' }],
])('where %s', (_what, move, expected) => expect(move).toEqual(expected))

// Tries a side that makes unique keys of values which rows may share on rows that share them.
import { foldCase } from '../../../src/sql/names.js'
import { hasFailed, judgeFailure, type Failed } from './judge-failure.js'
import { scriptTrial } from './script-trial.js'
import { addColliding, collidingKeys, type CollidingKey } from './seed/colliding-keys.js'

/** That the side fails then, once for each statement. Takes everything back. */
export const tryCollidingKeys = scriptTrial({
  sides: 'up',
  find: (effects, before) => collidingKeys(effects, before).slice(0, MOST),
  run({ rows, side, prepare }, all) {
    const told = new Set<string>()
    return all.flatMap((one) => {
      const place = JSON.stringify(one.effect.place)
      if (told.has(place)) return []
      let isMade = false
      const begin = (): void => {
        prepare()
        rows.onTrial((state, situation) => {
          isMade = addColliding(state, situation, one)
        })
      }
      const outcome = rows.tryOut(side, begin, () => [])
      if (!isMade || !hasFailed(outcome) || !isAboutKey(outcome, one)) return []
      told.add(place)
      return judgeFailure(rows, outcome, begin).facts.slice(0, 1)
    })
  },
})

/** So many keys are tried. */
const MOST = 6

/** Whether SQLite names these columns. */
function isAboutKey({ failure: { message } }: Failed, { key }: CollidingKey): boolean {
  const [, named = ''] = /^UNIQUE constraint failed: (.*)$/.exec(message) ?? []
  const columns = named.split(', ').map((one) => foldCase(one.slice(one.lastIndexOf('.') + 1)))
  return columns.length === key.length && columns.every((one) => key.includes(one))
}

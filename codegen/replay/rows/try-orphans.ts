// Tries a side that declares a foreign key on rows that have no parent: the rows there are fit, as history declares the key.
import type { Fact } from '../../model/evidence.js'
import { NO_COPIES } from './seed/copies.js'
import { judgeSide } from './judge/judge-side.js'
import type { Prover } from './prover.js'
import { addOrphans, declaresKey } from './seed/orphans.js'
import type { StepSide } from './watch/observed-run.js'
import type { Effect } from './watch/statement-effect.js'

/**
 * The keys for which such rows were seen to, and what was lost of them. Takes everything back; nothing where the side fails then.
 */
export function tryOrphans(
  rows: Prover,
  side: StepSide,
  effects: readonly Effect[],
  prepare: () => void = () => {},
): readonly Fact[] {
  const { effects: touched, transaction } = side.entry
  if (side.direction === 'down' || touched !== undefined || transaction === false) return []
  if (!declaresKey(effects)) return []
  const begin = (): void => {
    prepare()
    rows.onTrial((state, situation) => addOrphans(state, situation, effects))
  }
  const { facts } = rows.tryOut(side, begin, ({ side: ran, now }) =>
    judgeSide(rows.connection, ran, now, NO_COPIES),
  )
  return facts.flatMap((fact): Fact[] => {
    if (fact.kind === 'rows-lost') return [fact]
    return fact.kind === 'rows-tried' && fact.keys.length > 0
      ? [{ ...fact, nulls: [], checks: [], converted: [], emptied: false }]
      : []
  })
}

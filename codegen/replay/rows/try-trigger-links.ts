// Tries a side on rows that the triggers of their table find others for, though no foreign key says that they belong together.
import type { Fact } from '../../model/evidence.js'
import type { Prover } from './prover.js'
import { addLinked, triggerLinks } from './seed/trigger-links.js'
import type { StepSide } from './watch/observed-run.js'
import type { Effect } from './watch/statement-effect.js'

/** What triggers change then. Takes everything back; nothing where the side fails. */
export function tryTriggerLinks(
  rows: Prover,
  side: StepSide,
  effects: readonly Effect[],
  prepare: () => void = () => {},
): readonly Fact[] {
  const { effects: touched, transaction } = side.entry
  if (touched !== undefined || transaction === false) return []
  const links = triggerLinks(effects, rows.situation())
  if (links.length === 0) return []
  const { facts } = rows.tryOut(side, () => {
    prepare()
    rows.onTrial((state, situation) => addLinked(state, situation, links))
  })
  return facts.filter((fact) => fact.kind === 'values-changed' && fact.trigger !== undefined)
}

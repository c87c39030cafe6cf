// Tries a side on rows for which triggers of their table find other rows, without a foreign key between them.
import { scriptTrial, tryOn } from './script-trial.js'
import { addLinked, triggerLinks } from './seed/trigger-links.js'

/** Reports what triggers change then. Rolls everything back; empty if the side fails. */
export const tryTriggerLinks = scriptTrial({
  sides: 'any',
  find: triggerLinks,
  run: (trial, links) =>
    tryOn(trial, (state, situation) => addLinked(state, situation, links)).facts.filter(
      (fact) => fact.kind === 'values-changed' && fact.trigger !== undefined,
    ),
})

// Tries a side on rows that the triggers of their table find others for, though no foreign key says that they belong together.
import { scriptTrial, tryOn } from './script-trial.js'
import { addLinked, triggerLinks } from './seed/trigger-links.js'

/** What triggers change then. Takes everything back; nothing where the side fails. */
export const tryTriggerLinks = scriptTrial({
  sides: 'any',
  find: triggerLinks,
  run: (trial, links) =>
    tryOn(trial, (state, situation) => addLinked(state, situation, links)).facts.filter(
      (fact) => fact.kind === 'values-changed' && fact.trigger !== undefined,
    ),
})

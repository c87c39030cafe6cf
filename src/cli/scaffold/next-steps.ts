// What a person does after `init`. Pure.
import type { ProjectFacts } from './project-facts.js'

/**
 * The steps in order; installing only where something is not installed yet. `missing`: better-sqlite3 is not, so that nothing is
 * proven; `refused`: there are errors to be fixed before anything else.
 */
export function nextSteps(
  { has }: Pick<ProjectFacts, 'has'>,
  registryImport: string,
  state: 'ready' | 'refused' | 'missing',
): string[] {
  const unasked = ['lockstep', 'better-sqlite3'].filter((name) => !has(name))
  const install = ['npm install', ...unasked].join(' ')
  return [
    ...(unasked.length > 0 || state === 'missing' ? [install] : []),
    ...(state === 'ready' ? [] : [STEPS[state]]),
    ...(state === 'refused'
      ? []
      : [
          'npx lockstep migrate          brings the database up to date',
          'npx lockstep dev              does so on every change, while you write',
        ]),
    'npx lockstep create <words…>  writes the next migration',
    `In the application: ${registryImport} and call migrate(db, registry) of 'lockstep/better-sqlite3'.`,
  ]
}

const STEPS = {
  missing: 'npx lockstep gen              proves the migrations',
  refused: 'npx lockstep gen              once the errors above are fixed',
}

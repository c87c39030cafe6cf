// What a person does after `init`. Pure.
import type { ProjectFacts } from './project-facts.js'

/** The steps in order; installing only where something is not installed yet, which `client` tells of better-sqlite3. */
export function nextSteps(
  { has }: Pick<ProjectFacts, 'has'>,
  registry: string,
  client: 'installed' | 'missing',
): string[] {
  const unasked = ['lockstep', 'better-sqlite3'].filter((name) => !has(name))
  const install = ['npm install', ...unasked].join(' ')
  return [
    ...(unasked.length > 0 || client === 'missing' ? [install] : []),
    ...(client === 'missing' ? ['npx lockstep gen              proves the migrations'] : []),
    'npx lockstep migrate          brings the database up to date',
    'npx lockstep create <words…>  writes the next migration',
    `In the application: import { registry } from '${registry}' and call migrate(db, registry) of 'lockstep/better-sqlite3'.`,
  ]
}

// What a person does after `init`. Pure.
import type { ProjectFacts } from './project-facts.js'

/** The steps in order; installing only where something is not installed yet. */
export function nextSteps({ has }: Pick<ProjectFacts, 'has'>, registry: string): string[] {
  const missing = ['lockstep', 'better-sqlite3'].filter((name) => !has(name))
  return [
    ...(missing.length > 0 ? [`npm install ${missing.join(' ')}`] : []),
    'npx lockstep migrate          brings the database up to date',
    'npx lockstep create <words…>  writes the next migration',
    `In the application: import { registry } from '${registry}' and call migrate(db, registry) of 'lockstep/better-sqlite3'.`,
  ]
}

// Adds to statements what they read through views, as if it were written in them. Pure.
import { plainName } from '../../../../src/sql/names.js'
import { namesIn } from '../../../sql/names-in.js'
import { sqlTokens } from '../../../sql/sql-tokens.js'
import type { TableGraph } from '../fill/table-graph.js'
import { isFilling, isQuery, type Effect } from './statement-effect.js'

/** The same statements; those that read rows get the tokens of each view appended, including views that views read. */
export function withViews(effects: readonly Effect[], { catalog }: Pick<TableGraph, 'catalog'>) {
  const made = new Map<string, readonly string[]>()
  const tokensOf = (name: string): readonly string[] => {
    const known = catalog.get(`view ${name}`)
    return made.get(name) ?? (known ? [...sqlTokens(known.sql)] : [])
  }
  return effects.map((effect): Effect => {
    const { shape, tokens } = effect
    if (shape.kind === 'create-view') made.set(plainName(shape.name.key), tokens)
    if (!isFilling(effect) && !isQuery(effect)) return effect
    const names = new Set(namesOf(tokens))
    const behind: string[] = []
    for (const name of names) {
      const all = tokensOf(name)
      // Ends an open condition of the statement.
      if (all.length > 0) behind.push('END', ...all.slice(all.indexOf('AS') + 1))
      for (const one of namesOf(all)) names.add(one)
    }
    return behind.length > 0 ? { ...effect, tokens: [...tokens, ...behind] } : effect
  })
}

const namesOf = (tokens: readonly string[]): string[] =>
  tokens.flatMap((token) => [...namesIn(token)])

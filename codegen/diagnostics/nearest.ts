// Suggests the word that was probably meant.
import { distance } from 'fastest-levenshtein'
import { foldCase } from '../../src/sql/names.js'

/** The candidate nearest to a misspelt word, or null if none is close enough for a typo. */
export function nearest(word: string, candidates: readonly string[]): string | null {
  let best: string | null = null
  let least = Math.max(1, Math.floor(word.length * 0.4)) + 1
  for (const candidate of candidates) {
    const steps = distance(foldCase(word), foldCase(candidate))
    if (steps >= least) continue
    least = steps
    best = candidate
  }
  return best
}

// Orders histories: each after those that it needs, then by name. Pure.
import { parseNeed } from '../../model/needs.js'
import type { Registry } from '../../model/registry.js'

interface Ordered {
  readonly name: string
  readonly registry: Registry<never>
  readonly env: { readonly table: string }
}

/** Circular needs, which no build accepts, fall back to the order of names. */
export function inOrder<T extends Ordered>(all: readonly T[]): T[] {
  const left = [...all].sort((a, b) => (a.name < b.name ? -1 : 1))
  const ordered: T[] = []
  while (left.length > 0) {
    const next = left.findIndex((one) => !left.some((other) => other !== one && needs(one, other)))
    ordered.push(...left.splice(Math.max(next, 0), 1))
  }
  return ordered
}

const needs = ({ registry }: Ordered, { env }: Ordered): boolean =>
  registry.some((entry) => entry.needs?.some((text) => parseNeed(text)?.ledger === env.table))

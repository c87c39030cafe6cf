// Selects the facts of one kind, each with its step.
import type { Position } from '../../model/diagnostic.js'
import type { Direction, Fact, StepPlace } from '../../model/evidence.js'
import { stepPosition } from './place.js'
import type { ReplayedStep, Subject } from './rule.js'

/** Facts of the kind `K`. */
export type FactOf<K extends Fact['kind']> = Extract<Fact, { readonly kind: K }>

/** A fact with its step. */
export interface StepFact<K extends Fact['kind']> {
  readonly step: ReplayedStep
  readonly fact: FactOf<K>
  /** Where it happened; if unknown, the side that it is about. */
  readonly at: Position
}

/** In order of version; empty if nothing was replayed. */
export function* factsOf<K extends Fact['kind']>(
  { replay, settings }: Subject,
  kind: K,
): Generator<StepFact<K>> {
  for (const step of replay?.steps ?? []) {
    for (const fact of factsIn<Fact['kind']>(step, kind)) {
      const at = stepPosition(placeOf(fact), step.migration, settings.root)
      yield { step, fact: fact as FactOf<K>, at }
    }
  }
}

const placeOf = (fact: Fact): Omit<StepPlace, 'version' | 'statement'> =>
  'at' in fact ? fact.at : wholeSide(fact.kind === 'not-inverse' ? 'down' : 'up')

/** A side, without a known statement. */
export const wholeSide = (direction: Direction): Omit<StepPlace, 'version' | 'statement'> => ({
  direction,
  script: null,
  offset: null,
  frame: null,
})

/** The facts of one kind about a step. */
export const factsIn = <K extends Fact['kind']>(
  { facts }: Pick<ReplayedStep, 'facts'>,
  kind: K,
): FactOf<K>[] => facts.filter((fact): fact is FactOf<K> => fact.kind === kind)

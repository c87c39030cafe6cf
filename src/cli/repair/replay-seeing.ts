// Replays and records what each step runs, for judging whether it writes rows.
import type { Schema } from '../../schema/schema.js'
import { replaySchema, type Replay } from '../database/replay-schema.js'
import type { SeenTexts } from './writes-rows.js'

/** The result of a replay, and what each step ran; null if it did not complete. */
export interface SeenReplay {
  readonly schema: Schema | null
  seenBy(version: number): SeenTexts | null
}

/** Replays, and records what each step runs. Never throws. */
export async function replaySeeing(replay: Omit<Replay, 'see'>): Promise<SeenReplay> {
  const seen = new Map<number, (string | null)[]>()
  const see = (at: number, text: string | null): void =>
    void seen.set(at, [...(seen.get(at) ?? []), text])
  const replayed = await replaySchema({ ...replay, see })
  if (!('schema' in replayed)) return { schema: null, seenBy: () => null }
  return { schema: replayed.schema, seenBy: (version) => seen.get(version) ?? [] }
}

// A database at one version, for the test to work with.
import { settled, type Work } from '../../database/outcome.js'
import { closingOnFailure, moveTo, requireEmpty, sceneOf, type Workshop } from './scene.js'

/** Opens a new database and brings it to a version; closes it only when that fails. */
export function* openAt<D>(workshop: Workshop<D>, version: number): Work<D> {
  const db = yield* settled(workshop.open())
  return yield* closingOnFailure(workshop, db, function* () {
    const scene = sceneOf(workshop, db)
    yield* requireEmpty(scene)
    yield* moveTo(scene, version)
    return db
  })
}

/** Brings a database that is there already to a version, and leaves it open. */
export function* bringTo<D>(workshop: Workshop<D>, version: number): Work<D> {
  const db = yield* settled(workshop.open())
  yield* moveTo(sceneOf(workshop, db), version)
  return db
}

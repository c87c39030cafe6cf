// The ways to write a migration in code. They only give types; nothing is registered here.
import type { AlteringMigration } from './alter.js'
import type { BatchedMigration } from './batches.js'
import type {
  Context,
  DefinedMigration,
  ListedMigration,
  MigrationDefinition,
  Sync,
} from './migration.js'
import type { RegisteredHandle } from './register.js'

/** A migration for the registered handle. */
export type OwnMigration = MigrationDefinition<RegisteredHandle>

/** Gives a migration in object form its types; returns it as it is. */
export const defineMigration = <H = RegisteredHandle>(
  migration: MigrationDefinition<H> | AlteringMigration | BatchedMigration<H>,
): DefinedMigration<H, RegisteredHandle, OwnMigration> =>
  migration as DefinedMigration<H, RegisteredHandle, OwnMigration>

/** Gives the list form its types; returns it as it is. The generator reads it without running it. */
export const defineMigrations = <const L extends readonly ListedMigration[]>(list: L): L => list

/** What a class may pass to its base: read by the generator, and checked against the file name. */
export interface MigrationIdentity {
  readonly version?: string | number
  readonly name?: string
  readonly description?: string
}

/**
 * Base of the class form. A subclass has `up`, and `down` or `irreversible = 'reason'`; it may state `version`, `name`
 * and `description` as fields or through `super({ … })`, which must agree with the file name.
 */
export abstract class Migration<H = RegisteredHandle> {
  // The identity comes from the generated registry; what a class says about itself is checked at generation.
  constructor(
    ..._identity: readonly [MigrationIdentity?] | readonly [version: string, description?: string]
  ) {}

  /** Applies the migration. */
  abstract up(db: H, ctx: Context): Sync
}

// A file that the build makes, as it should be. Types only.

/** What a generated file holds: the registry, types in TypeScript, SQL, or a page of Markdown. */
export type GeneratedKind = 'registry' | 'types' | 'sql' | 'page'

/** A file as it should be. */
export interface WantedFile {
  /** Absolute. */
  readonly path: string
  /** Relative to the project, for messages. */
  readonly file: string
  /** The project, whose formatter and configuration are used. */
  readonly root: string
  /** Complete, but not yet formatted. */
  readonly text: string
  /** How it is compared and formatted; a registry where nothing else is said. */
  readonly kind?: GeneratedKind
}

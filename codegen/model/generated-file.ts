// A file that the build makes, as it should be.

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
  /** The same text, where parts of it can be formatted by themselves. */
  readonly parts?: Parts
  /** How it is compared and formatted; a registry where nothing else is said. */
  readonly kind?: GeneratedKind
  /** It is only there so that what imports it compiles: one that is there is better, whatever it holds. */
  readonly standIn?: true
}

/**
 * A text in parts. A piece holds whole lines and is formatted the same wherever it stands between others of its kind; what
 * is a plain string depends on what is around it. A text begins and ends with such a string.
 */
export type Parts = readonly (string | Piece)[]

/** A part that can be formatted once for many runs. */
export interface Piece {
  readonly piece: string
}

/** The whole text. */
export const textOf = (parts: Parts): string =>
  parts.map((part) => (typeof part === 'string' ? part : part.piece)).join('')

/** Texts as pieces, but for the last: whether a comma or an empty line follows it depends on what comes behind. */
export const piecesOf = (texts: readonly string[]): Parts => [
  ...texts.slice(0, -1).map((piece) => ({ piece })),
  ...texts.slice(-1),
]

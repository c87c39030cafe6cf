// Paths as Lockstep shows and compares them: with `/` on every platform. The only place that knows about separators.
import nodePath from 'node:path'

/** The part of `node:path` that is needed; tests pass `path.win32`. */
export type PathRules = Pick<typeof nodePath, 'isAbsolute' | 'join' | 'relative' | 'sep'>

/** A path with `/` between its parts, which every platform's file functions accept. */
export const forwardSlashes = (path: string, rules: PathRules = nodePath): string =>
  rules.sep === '/' ? path : path.replaceAll(rules.sep, '/')

/** A path relative to the project's folder, with `/`: how files are named in messages and in the registry. */
export const projectPath = (root: string, path: string, rules: PathRules = nodePath): string =>
  forwardSlashes(rules.relative(root, path), rules) || '.'

/**
 * The absolute path for a path from `projectPath`, keeping a trailing `/` of a folder. A path on another drive is already
 * absolute.
 */
export const placedPath = (root: string, path: string, rules: PathRules = nodePath): string =>
  forwardSlashes(rules.isAbsolute(path) ? path : rules.join(root, path), rules)

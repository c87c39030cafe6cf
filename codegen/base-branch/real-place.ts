// Resolves the real path of a file that is reached through symbolic links.
import { readlinkSync, realpathSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import { forwardSlashes } from '../project/project-path.js'

/**
 * The path, relative to the project, under which git knows the file's text. `link` is the target that the file had on the base
 * branch if it was a link there: an unchanged link is followed, a changed one is itself the change.
 */
export function realPlace(root: string, file: string, link: string | undefined): string {
  try {
    const place = join(root, file)
    const real =
      link !== undefined && linkIn(place) === link
        ? realpathSync(place)
        : join(realpathSync(dirname(place)), basename(place))
    return forwardSlashes(relative(realpathSync(root), real))
  } catch {
    return file
  }
}

function linkIn(place: string): string | undefined {
  try {
    return readlinkSync(place)
  } catch {
    // It is no longer a link, or it is gone.
    return undefined
  }
}

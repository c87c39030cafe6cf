// Where a file is that is reached through symbolic links.
import { readlinkSync, realpathSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import { forwardSlashes } from '../project/project-path.js'

/**
 * The path, relative to the project, that git knows the file's text under. `link` is what stood in the file on the base branch
 * where it was a link there: one that is as it was is followed, and another is itself what was changed.
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
    // It is no link any more, or gone.
    return undefined
  }
}

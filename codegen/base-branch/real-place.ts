// Resolves the real path of a file that is reached through symbolic links.
import { orElse } from '../../src/model/or-else.js'
import { readlinkSync, realpathSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import { forwardSlashes } from '../project/project-path.js'

/**
 * The path, relative to the project, under which git knows the file's text. `link` is the target that the file had on the base
 * branch if it was a link there: an unchanged link is followed, a changed one is itself the change.
 */
export function realPlace(root: string, file: string, link: string | undefined): string {
  return orElse(() => {
    const place = join(root, file)
    const real =
      link !== undefined && linkIn(place) === link
        ? realpathSync(place)
        : join(realpathSync(dirname(place)), basename(place))
    return forwardSlashes(relative(realpathSync(root), real))
  }, file)
}

function linkIn(place: string): string | undefined {
  // It may no longer be a link, or be gone.
  return orElse(() => readlinkSync(place), undefined)
}

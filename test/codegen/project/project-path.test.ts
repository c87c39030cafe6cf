// Paths are shown with `/` on every platform.
import { posix, win32 } from 'node:path'
import { expect, test } from 'vitest'
import { forwardSlashes, placedPath, projectPath } from '../../../codegen/project/project-path.js'

test.each([
  [posix, '/app', '/app/migrations/001_a.ts', 'migrations/001_a.ts'],
  [posix, '/app', '/shared/001_a.ts', '../shared/001_a.ts'],
  [posix, '/app', '/app', '.'],
  [posix, '/app', '/app/odd\\name.ts', 'odd\\name.ts'],
  [win32, 'C:\\app', 'C:\\app\\migrations\\001_a.ts', 'migrations/001_a.ts'],
  [win32, 'C:\\app\\', 'c:\\App\\db\\001_a.ts', 'db/001_a.ts'],
  [win32, 'C:\\app', 'C:\\shared\\001_a.ts', '../shared/001_a.ts'],
  [win32, 'C:\\app', 'D:\\other\\001_a.ts', 'D:/other/001_a.ts'],
  [win32, '\\\\host\\share\\app', '\\\\host\\share\\app\\m\\001_a.ts', 'm/001_a.ts'],
])('%#: from %s, %s', (rules, root, path, shown) => {
  expect(projectPath(root, path, rules)).toBe(shown)
})

test.each([
  [posix, '/app', 'db/', '/app/db/'],
  [posix, '/app', '../shared/*', '/shared/*'],
  [posix, '/app', 'odd\\', '/app/odd\\'],
  [win32, 'C:\\app', 'db/', 'C:/app/db/'],
  [win32, 'C:\\app', './', 'C:/app/'],
  [win32, 'C:\\app', '../shared/001_a.ts', 'C:/shared/001_a.ts'],
  [win32, 'C:\\app', 'D:/other/', 'D:/other/'],
])(
  'back again, with what says that it is a folder, %#: from %s, %s',
  (rules, root, path, placed) => {
    expect(placedPath(root, path, rules)).toBe(placed)
  },
)

test('an absolute path keeps its drive', () => {
  expect(forwardSlashes('C:\\app\\001_a.ts', win32)).toBe('C:/app/001_a.ts')
})

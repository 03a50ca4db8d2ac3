import { mergeConfig } from 'vitest/config'
import base from '/work/main/vitest.config.ts'
export default mergeConfig(base, { root: '/work/main', 
 plugins: [{ name: 'nul', transform: (code: string, id: string) => id.includes('/job/prepare.ts') ? code.replaceAll('\\u0000', '\\u001f') : undefined }],
 resolve: { alias: [
 { find: /^@regie\/engine$/, replacement: '/tmp/shim/engine.ts' },
 { find: /^@regie\/platform$/, replacement: '/tmp/shim/platform.ts' },
] } })

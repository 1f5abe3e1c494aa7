import js from "@eslint/js";
import svelte from "eslint-plugin-svelte";
import globals from "globals";
import ts from "typescript-eslint";

import svelteConfig from "./svelte.config.js";

/** What each tier may not import: arrows run app → views → features → components → lib, and only `ipc/` knows Tauri. */
const tiers = {
  lib: ["app", "views", "features", "components", "ipc", "messages"],
  messages: ["app", "views", "features", "components"],
  ipc: ["app", "views", "features", "components", "messages"],
  components: ["app", "views", "features", "ipc"],
  features: ["app", "views"],
  views: ["app"],
};

const direction = Object.entries(tiers).map(([tier, forbidden]) => ({
  files: [`src/${tier}/**/*.ts`, `src/${tier}/**/*.svelte`],
  rules: {
    "no-restricted-imports": [
      "error",
      {
        patterns: [
          ...forbidden.map((name) => ({
            regex: `^(\\.\\./)+${name}(/|$)`,
            message: `${tier} may not import from ${name}: arrows run app → views → features → components → lib.`,
          })),
          ...(tier === "ipc" ? [] : [{ regex: "^@tauri-apps/", message: "Only ipc/ knows Tauri." }]),
          ...(tier === "ipc"
            ? []
            : [{ regex: "ipc/(tauri|fake|bindings)", message: "Import from ipc/index or ipc/types." }]),
        ],
      },
    ],
  },
}));

export default ts.config(
  { ignores: ["dist", "node_modules", "src/ipc/bindings.gen.ts"] },
  js.configs.recommended,
  ...ts.configs.strictTypeChecked,
  ...svelte.configs.recommended,
  {
    languageOptions: {
      globals: { ...globals.browser },
      parserOptions: { projectService: { allowDefaultProject: ["*.js"] }, extraFileExtensions: [".svelte"] },
    },
    rules: {
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_+$" }],
    },
  },
  {
    // ESLint does not see the types of imported components; svelte-check does, and checks these uses.
    files: ["**/*.svelte"],
    rules: Object.fromEntries(["argument", "assignment", "call", "member-access", "return"].map((use) => [`@typescript-eslint/no-unsafe-${use}`, "off"])),
  },
  {
    files: ["**/*.svelte", "**/*.svelte.ts"],
    languageOptions: { parserOptions: { parser: ts.parser, svelteConfig } },
    rules: {
      // `let { … } = $props()` is how Svelte declares properties, and state starts with a value that narrows too far.
      "prefer-const": "off",
      "@typescript-eslint/no-unnecessary-condition": "off",
      "@typescript-eslint/no-unnecessary-type-arguments": "off",
      "@typescript-eslint/restrict-plus-operands": "off",
      "svelte/prefer-svelte-reactivity": "off",
      "svelte/require-each-key": "error",
    },
  },
  // A fake's calls are promises by contract, whether or not they wait.
  { files: ["src/ipc/fake/*.ts"], rules: { "@typescript-eslint/require-await": "off" } },
  { files: ["*.js"], ...ts.configs.disableTypeChecked },
  ...direction,
);

// Lint rules for the Node side. AssemblyScript sources are checked by asc, by tsc (assembly/tsconfig.json) and by the tidy tests.
import tseslint from "typescript-eslint";

export default tseslint.config(
  {
    ignores: [
      "build/*",
      "dist/**",
      ".cache/",
      ".envoy/",
      "node_modules/",
      "assembly/",
      "examples/own-filter/",
      "bench/rivals/gcore/",
      "bench/rivals/solo/",
      "**/*.d.ts",
    ],
  },
  ...tseslint.configs.recommended,
  {
    rules: {
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_" }],
      "@typescript-eslint/consistent-type-imports": "error",
      // A closure may name what is assigned after it was made.
      "prefer-const": ["error", { ignoreReadBeforeAssign: true }],
    },
  },
);

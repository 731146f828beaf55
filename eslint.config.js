import tseslint from "typescript-eslint";

export default tseslint.config(
  { ignores: ["/build/", "/dist/", ".cache/", ".envoy/", "node_modules/", "assembly/", "**/*.d.ts"] },
  ...tseslint.configs.recommended,
  {
    rules: {
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_" }],
      "@typescript-eslint/consistent-type-imports": "error",
    },
  },
);

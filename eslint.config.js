import js from "@eslint/js";
import tseslint from "typescript-eslint";

const sizes = {
  "max-lines": [
    "error",
    { max: 250, skipBlankLines: true, skipComments: true },
  ],
  "max-lines-per-function": [
    "error",
    { max: 50, skipBlankLines: true, skipComments: true },
  ],
  "max-depth": ["error", 3],
  "max-params": ["error", 4],
};

export default tseslint.config(
  { ignores: ["dist/", "build/", "node_modules/", "recordings/"] },
  js.configs.recommended,
  ...tseslint.configs.strict,
  {
    rules: {
      ...sizes,
      "no-console": "error",
      // Typed-array reads in hot loops are proven by the loop's bound; `!` says so.
      "@typescript-eslint/no-non-null-assertion": "off",
      "@typescript-eslint/no-unused-vars": [
        "error",
        { argsIgnorePattern: "^_" },
      ],
      "@typescript-eslint/consistent-type-imports": "error",
    },
  },
  {
    files: ["test/**", "scripts/**"],
    rules: {
      "max-lines-per-function": [
        "error",
        { max: 80, skipBlankLines: true, skipComments: true },
      ],
      "no-console": "off",
    },
  },
  {
    files: ["**/*.js", "**/*.mjs"],
    languageOptions: {
      globals: { process: "readonly", console: "readonly", URL: "readonly" },
    },
  },
);

/// <reference types="vite/client" />
declare const __API_BASE__: string

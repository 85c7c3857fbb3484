/** A browser's own input: uni's web input passes neither autofill, inputmode nor an id for tests through to it. */

import { defineComponent, h, nextTick, ref } from 'vue'

export default defineComponent({
  name: 'NativeInput',
  props: {
    modelValue: { type: String, required: true },
    type: { type: String, default: 'text' },
    mode: { type: String, default: 'text' },
    autocomplete: { type: String, default: 'off' },
    placeholder: { type: String, default: '' },
    maxlength: { type: Number, default: 64 },
    testid: { type: String, required: true },
    label: { type: String, default: '' },
  },
  emits: ['update:modelValue', 'focus', 'blur', 'confirm'],
  setup(props, { emit }) {
    const element = ref<HTMLInputElement>()

    function take(): void {
      const field = element.value
      if (!field) return
      emit('update:modelValue', field.value)
      // The owner may have cleaned the text into what it was before; then nothing is drawn anew and the field must be told.
      void nextTick(() => {
        if (field.value !== props.modelValue) field.value = props.modelValue
      })
    }

    return () =>
      h('input', {
        ref: element,
        class: 'native-input',
        type: props.type,
        inputmode: props.mode,
        autocomplete: props.autocomplete,
        placeholder: props.placeholder,
        maxlength: props.maxlength,
        value: props.modelValue,
        'aria-label': props.label || props.placeholder,
        'data-testid': props.testid,
        onInput: (event: InputEvent) => {
          // Pinyin that is still being turned into a character is not text yet.
          if (!event.isComposing) take()
        },
        onCompositionend: take,
        onFocus: () => emit('focus'),
        onBlur: () => emit('blur'),
        onKeydown: (event: KeyboardEvent) => {
          if (event.key === 'Enter' && !event.isComposing) emit('confirm')
        },
      })
  },
})

; Definitions
(struct_item name: (type_identifier) @name) @struct
(union_item name: (type_identifier) @name) @struct
(enum_item name: (type_identifier) @name) @enum
(trait_item name: (type_identifier) @name) @trait
(type_item name: (type_identifier) @name) @type
(mod_item name: (identifier) @name body: (_)) @module
(const_item name: (identifier) @name) @constant
(static_item name: (identifier) @name) @constant
(macro_definition name: (identifier) @name) @macro
(function_item name: (identifier) @name) @function
(function_signature_item name: (identifier) @name) @function
(impl_item type: [(type_identifier) @name (generic_type type: (type_identifier) @name) (scoped_type_identifier name: (type_identifier) @name)]) @scope

; References
(call_expression function: [
  (identifier) @ref
  (field_expression field: (field_identifier) @ref)
  (scoped_identifier name: (identifier) @ref)
  (generic_function function: [(identifier) @ref (scoped_identifier name: (identifier) @ref) (field_expression field: (field_identifier) @ref)])])
(macro_invocation macro: [(identifier) @ref (scoped_identifier name: (identifier) @ref)])
(struct_expression name: [(type_identifier) @ref (scoped_type_identifier name: (type_identifier) @ref)])
(impl_item trait: [(type_identifier) @ref (generic_type type: (type_identifier) @ref) (scoped_type_identifier name: (type_identifier) @ref)])
(scoped_identifier path: (identifier) @ref)
(parameter type: [(type_identifier) @ref (reference_type type: (type_identifier) @ref) (generic_type type: (type_identifier) @ref)])
(field_declaration type: [(type_identifier) @ref (generic_type type: (type_identifier) @ref)])
(type_arguments (type_identifier) @ref)
(function_item return_type: [(type_identifier) @ref (generic_type type: (type_identifier) @ref)])

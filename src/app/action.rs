//! The one table of user commands. Keys, footer, help, palette and documentation are made from it, and so is what can
//! be done of it where no row decides.

use crate::{api::wire::Features, domain::capability::key};

/// Where an action can be meant: a screen, a pane, a kind of dialog.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Context {
    /// Anywhere outside dialogs.
    Global,
    /// Any list: moving, marking, filtering.
    List,
    /// The users pane.
    Users,
    /// The groups pane.
    Groups,
    /// The invitations screen.
    Invitations,
    /// The folder tree.
    Folders,
    /// The grants of the chosen folder.
    Grants,
    /// The roles screen.
    Roles,
    /// The changes screen, and one change.
    Changes,
    /// Any dialog.
    Dialog,
    /// A dialog that is filled in.
    Form,
    /// The effective access dialog.
    Access,
    /// The dialog of one subject's folder grants.
    MemberGrants,
    /// The plan of a change.
    Plan,
    /// The people of many invitations.
    Drafts,
    /// The filter box.
    Filter,
    /// The palette.
    Palette,
}

impl Context {
    /// Every context with its name in keymap.toml.
    pub const ALL: [(Self, &'static str); 17] = [
        (Self::Global, "global"),
        (Self::List, "list"),
        (Self::Users, "users"),
        (Self::Groups, "groups"),
        (Self::Invitations, "invitations"),
        (Self::Folders, "folders"),
        (Self::Grants, "grants"),
        (Self::Roles, "roles"),
        (Self::Changes, "changes"),
        (Self::Dialog, "dialog"),
        (Self::Form, "form"),
        (Self::Access, "access"),
        (Self::MemberGrants, "member_grants"),
        (Self::Plan, "plan"),
        (Self::Drafts, "drafts"),
        (Self::Filter, "filter"),
        (Self::Palette, "palette"),
    ];
}

macro_rules! actions {
    ($($name:ident $id:literal $ctx:ident $label:literal $doc:literal [$($flag:ident)*]
       $(in $($feature:ident),+)? $(needs $key:ident)?;)+) => {
        /// What a person means.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Action {
            $(#[doc = $doc] $name,)+
        }

        impl Action {
            /// Every action, in the order of help.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// Its name in keymap.toml and the palette: `member.role`.
            pub fn id(self) -> &'static str {
                match self { $(Self::$name => $id,)+ }
            }

            /// Where it can be meant.
            pub fn context(self) -> Context {
                match self { $(Self::$name => Context::$ctx,)+ }
            }

            /// A word or two for the footer, English; on screen it goes through i18n by its id.
            pub fn label(self) -> &'static str {
                match self { $(Self::$name => $label,)+ }
            }

            /// One sentence for help, English; on screen it goes through i18n by its id.
            pub fn doc(self) -> &'static str {
                match self { $(Self::$name => $doc,)+ }
            }

            fn flags(self) -> &'static [&'static str] {
                match self { $(Self::$name => &[$(stringify!($flag)),*],)+ }
            }

            /// Whether it changes something at the backend; absent in read-only mode.
            pub fn mutates(self) -> bool {
                self.flags().contains(&"mutates")
            }

            /// Whether it takes something away.
            pub fn dangerous(self) -> bool {
                self.flags().contains(&"dangerous")
            }

            /// Whether it acts on the marked rows where there are any.
            pub fn marked(self) -> bool {
                self.flags().contains(&"marked") || self.many()
            }

            /// Whether it is offered only while rows are marked.
            pub fn many(self) -> bool {
                self.flags().contains(&"many")
            }

            /// Whether it needs no row, only the workspace.
            pub fn rowless(self) -> bool {
                self.flags().contains(&"rowless")
            }

            /// Whether the footer leaves it out.
            pub fn quiet(self) -> bool {
                self.flags().contains(&"quiet")
            }

            /// Whether the backend has what it is about.
            pub fn supported(self, has: &Features) -> bool {
                match self { $(Self::$name => [$($(has.$feature),+)?].into_iter().all(|there: bool| there),)+ }
            }

            /// The capability that it needs across the workspace.
            pub fn needs(self) -> Option<&'static str> {
                let keys: &[&'static str] = match self { $(Self::$name => &[$(key::$key)?],)+ };
                keys.first().copied()
            }
        }
    };
}

// Flags: `mutates`, `dangerous`; `marked` acts on marked rows, `many` on nothing else; `rowless` needs no row; `quiet` is
// not in the footer. After `in`, the features that the backend must have; after `needs`, the caller's capability.
actions! {
    Help "help" Global "help" "Keys and commands that apply here" [];
    Palette "palette" Global "command" "Run any command by its name" [];
    Quit "quit" Global "quit" "Go back, or quit from the first screen" [];
    Refresh "refresh" Global "refresh" "Read everything again" [];
    NextPane "pane.next" Global "pane" "Go to the next pane" [];
    PreviousPane "pane.previous" Global "previous pane" "Go to the previous pane" [];
    ScreenDirectory "screen.directory" Global "Directory" "Users and groups" [];
    ScreenInvitations "screen.invitations" Global "Invitations" "Invitations sent, expired and failed" [] in invitations;
    ScreenFolders "screen.folders" Global "Folders" "The folder tree and its grants" [] in folders;
    ScreenRoles "screen.roles" Global "Roles" "Which role holds which capability" [];
    ScreenChanges "screen.changes" Global "Changes" "Changes, with their results and undo" [] in changes;
    Undo "change.undo" Global "Undo" "Undo your last change, or the change under the cursor; shows the plan first" [mutates];
    ChangeDetails "change.details" Global "details" "The running change, row by row" [] in changes;
    StopChange "change.stop" Global "stop" "Stop the running change, or the one under the cursor; it can be resumed" [mutates];
    CycleTheme "theme.next" Global "theme" "Use the next theme: dark, light, mono" [];
    ToggleReadonly "readonly" Global "read-only" "Switch read-only mode on; it is left by restarting" [];
    SetPassword "account.password" Global "Password" "Set your own password" [mutates rowless];
    Transfer "ownership.transfer" Global "Transfer ownership" "Hand the workspace to another active member" [mutates dangerous] in transfer;

    Up "list.up" List "up" "One row up" [];
    Down "list.down" List "down" "One row down" [];
    PageUp "list.page-up" List "page up" "One page up" [];
    PageDown "list.page-down" List "page down" "One page down" [];
    First "list.first" List "first" "To the first row" [];
    Last "list.last" List "last" "To the last row" [];
    Filter "list.filter" List "filter" "Filter: words and fields, live at every key" [];
    ClearFilter "list.clear-filter" List "clear filter" "Show all rows again" [];
    Sort "list.sort" List "sort" "Sort by the next column" [];
    SortReverse "list.sort-reverse" List "reverse" "Reverse the order" [];
    Open "list.open" List "open" "Open the row" [];
    Mark "list.mark" List "mark" "Mark the row, or take its mark away" [] in changes;
    Range "list.range" List "range" "Begin a range of marks; the same key ends it" [] in changes;
    MarkAll "list.mark-all" List "all" "Mark everything that matches the filter, on every page" [] in changes;
    ClearMarks "list.clear-marks" List "clear marks" "Take all marks away" [] in changes;
    Copy "list.copy" List "copy" "Copy the row's e-mail or name to the clipboard" [];

    UsersLeft "users.left" Users "left" "To the columns on the left" [quiet];
    UsersRight "users.right" Users "right" "To the columns that have no room; the e-mail stays" [quiet];
    ChangeRole "member.role" Users "Role" "Change the member's role, with what they gain and lose" [mutates marked] needs MEMBERS_MANAGE;
    EffectiveAccess "member.access" Users "Effective access" "Every capability of the member, with every source" [] in explain;
    MemberGrants "member.grants" Users "Folder grants" "Allow and deny for this member, folder by folder" [] in folders;
    MemberGroups "member.groups" Users "Groups" "The groups this member belongs to" [mutates marked] in groups needs GROUPS_MANAGE;
    RenameMember "member.edit" Users "Edit" "Edit the member's name" [mutates] needs MEMBERS_MANAGE;
    AddToGroups "member.join-groups" Users "Add to groups" "Add the marked members to groups" [mutates many] in groups needs GROUPS_MANAGE;
    RemoveFromGroups "member.leave-groups" Users "Remove from groups" "Remove the marked members from groups" [mutates many] in groups needs GROUPS_MANAGE;
    AllowMembers "member.allow" Users "Allow" "Allow the marked members a capability in a folder" [mutates many] in folders needs GRANTS_MANAGE;
    DenyMembers "member.deny" Users "Deny" "Deny the marked members a capability in a folder" [mutates many] in folders needs GRANTS_MANAGE;
    Deactivate "member.deactivate" Users "Deactivate" "Deactivate the member, or the marked ones; reactivating restores their access" [mutates dangerous marked] needs MEMBERS_MANAGE;
    Invite "member.invite" Users "Invite" "Invite somebody by e-mail" [mutates rowless] in invitations needs MEMBERS_INVITE;
    InviteMany "member.invite-many" Users "Invite many" "Invite many by e-mail, pasted or from a file" [mutates rowless] in invitations needs MEMBERS_INVITE;
    ResendMember "member.resend" Users "Resend" "Make a new link for a pending member; the old one stops working" [mutates] in invitations needs MEMBERS_INVITE;
    RemoveMember "member.remove" Users "Remove" "Take the member out of this workspace" [mutates dangerous marked] needs MEMBERS_MANAGE;

    CreateGroup "group.create" Groups "New" "Make a group" [mutates rowless] in groups needs GROUPS_MANAGE;
    EditGroup "group.edit" Groups "Edit" "Edit the group's name, leader and capabilities" [mutates] in groups needs GROUPS_MANAGE;
    GroupMembers "group.members" Groups "Members" "Who belongs to the group; add and remove" [mutates] in groups needs GROUPS_MANAGE;
    GroupGrants "group.grants" Groups "Folder grants" "Allow and deny for this group, folder by folder" [] in groups, folders;
    DeleteGroup "group.delete" Groups "Delete" "Delete the group" [mutates dangerous] in groups needs GROUPS_MANAGE;

    NextFlag "invitations.flag" Invitations "Flags" "Only those with a flag: any, then one after the other" [];
    EditInvitation "invitation.edit" Invitations "Edit" "Edit the roles, groups and expiry of the invitation" [mutates] in invitations needs MEMBERS_INVITE;
    InviteNew "invitation.new" Invitations "Invite" "Invite somebody by e-mail" [mutates rowless] in invitations needs MEMBERS_INVITE;
    InviteNewMany "invitation.new-many" Invitations "Invite many" "Invite many by e-mail, pasted or from a file" [mutates rowless] in invitations needs MEMBERS_INVITE;
    Resend "invitation.resend" Invitations "Resend" "Make a new link; the old one stops working" [mutates marked] in invitations needs MEMBERS_INVITE;
    CancelInvitation "invitation.cancel" Invitations "Cancel" "Cancel the invitation" [mutates dangerous marked] in invitations needs MEMBERS_INVITE;
    InvitationsLeft "invitations.left" Invitations "left" "To the columns on the left" [quiet];
    InvitationsRight "invitations.right" Invitations "right" "To the columns that have no room; the e-mail stays" [quiet];

    Expand "folder.expand" Folders "expand" "Open the folder, or go into it" [quiet];
    Collapse "folder.collapse" Folders "collapse" "Close the folder, or go to the one it is in" [quiet];
    CreateFolder "folder.create" Folders "New" "Make a folder, in the one under the cursor or elsewhere" [mutates rowless] in folders needs FOLDERS_MANAGE;
    FolderAllow "folder.allow" Folders "Allow" "Allow a capability here for a member or a group" [mutates] in folders needs GRANTS_MANAGE;
    FolderDeny "folder.deny" Folders "Deny" "Deny a capability here to a member or a group" [mutates] in folders needs GRANTS_MANAGE;
    FolderWhoCan "folder.who-can" Folders "Who can" "Everyone who holds a capability in this folder" [] in folders, explain;

    GrantAllow "grant.allow" Grants "Allow" "Allow a capability here for a member or a group" [mutates] in folders needs GRANTS_MANAGE;
    GrantDeny "grant.deny" Grants "Deny" "Deny a capability here to a member or a group" [mutates] in folders needs GRANTS_MANAGE;
    GrantTerms "grant.terms" Grants "Time box" "Reason, expiry and review date of the grant" [mutates] in folders needs GRANTS_MANAGE;
    GrantRevoke "grant.revoke" Grants "Remove" "Take the grant away" [mutates dangerous] in folders needs GRANTS_MANAGE;
    GrantWhoCan "grant.who-can" Grants "Who can" "Everyone who holds the grant's capability here" [] in folders, explain;

    RoleLeft "role.left" Roles "left" "To the role on the left" [quiet];
    RoleRight "role.right" Roles "right" "To the role on the right" [quiet];
    RoleWhoCan "role.who-can" Roles "Who can" "Everyone who holds the capability" [] in explain;

    ChangesLeft "changes.left" Changes "left" "To the columns on the left" [quiet];
    ChangesRight "changes.right" Changes "right" "To the columns that have no room; what was done stays" [quiet];
    ResumeChange "change.resume" Changes "Resume" "Resume the pending rows" [mutates];
    RetryChange "change.retry" Changes "Retry failed" "Retry the failed rows only" [mutates];
    ExportChange "change.export" Changes "Export" "Export the rows with their results to a CSV or JSON file" [] in changes;
    ChangeRows "change.rows" Changes "which rows" "All rows, or those failed, skipped, done or pending" [];

    Close "dialog.close" Dialog "close" "Go back one step" [];
    Confirm "dialog.confirm" Dialog "apply" "Do it" [];

    NextField "form.next" Form "next field" "To the next field" [];
    PreviousField "form.previous" Form "previous field" "To the previous field" [];
    NextChoice "form.next-choice" Form "next" "The next choice" [];
    PreviousChoice "form.previous-choice" Form "previous" "The choice before" [];
    Toggle "form.toggle" Form "check" "Check or uncheck" [];

    AccessFolder "access.folder" Access "folder" "Look in another folder" [];
    AccessWhyNot "access.explain" Access "why, why not" "Why this capability is held or not, and what would change it" [];
    AccessWhoCan "access.who-can" Access "who can" "Everyone who holds this capability here" [];

    PlanExpand "plan.expand" Plan "show all" "Show everybody like this row, and all that they gain and lose" [];
    PlanCollapse "plan.collapse" Plan "fold" "Fold them to one row again" [];
    PlanCommand "plan.command" Plan "command line" "The command that does the same, to copy" [];

    DraftFix "draft.fix" Drafts "fix" "Change the row's address, name, roles or groups" [];
    DraftOut "draft.out" Drafts "take out" "Take the row out" [];
    DraftNext "draft.next" Drafts "next wrong" "To the next row that is left out" [];

    SubjectAllow "subject.allow" MemberGrants "Allow" "Allow a capability in a folder" [mutates];
    SubjectDeny "subject.deny" MemberGrants "Deny" "Deny a capability in a folder" [mutates];
    SubjectTerms "subject.terms" MemberGrants "Time box" "Reason, expiry and review date of the grant" [mutates];
    SubjectRevoke "subject.revoke" MemberGrants "Remove" "Take the grant away" [mutates dangerous];
}
